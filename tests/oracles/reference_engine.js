// Populations of patients by fqm-execution: reads {measure, patients, period} from standard input,
// writes {patient id: {population code: true or false}}.
const { Calculator } = require("fqm-execution");

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const given = JSON.parse(text);
  const { results } = await Calculator.calculate(given.measure, given.patients, {
    measurementPeriodStart: given.period[0],
    measurementPeriodEnd: given.period[1],
    calculateHTML: false,
    calculateSDEs: false,
  });
  const found = {};
  for (const each of results) {
    const group = each.detailedResults[0].populationResults;
    found[each.patientId] = Object.fromEntries(group.map((p) => [p.populationType, p.result]));
  }
  process.stdout.write(JSON.stringify(found));
});
