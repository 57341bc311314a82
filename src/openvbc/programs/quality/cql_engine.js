// Populations of patients by fqm-execution, which the user installed: reads {measure, patients,
// period}, writes {people: {patient: {population code: true or false}}} or {missing: [value sets]}.
"use strict";
const { Calculator } = require("fqm-execution");

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const given = JSON.parse(text);
  try {
    const { results } = await Calculator.calculate(given.measure, given.patients, {
      measurementPeriodStart: given.period[0],
      measurementPeriodEnd: given.period[1],
      calculateHTML: false,
      calculateSDEs: false,
    });
    const people = {};
    for (const each of results) {
      const populations = each.detailedResults[0].populationResults;
      people[each.patientId] = Object.fromEntries(
        populations.map((one) => [one.populationType, one.result === true])
      );
    }
    process.stdout.write(JSON.stringify({ people }));
  } catch (error) {
    const sets = String(error).match(/(https?:\/\/[\w./-]*\/ValueSet\/[\w.-]+|urn:oid:[\d.]+)/g);
    if (!sets) process.exit(3);
    process.stdout.write(JSON.stringify({ missing: [...new Set(sets)] }));
  }
});
