-- purpose: contacts of the user's log, each with its person
-- grain: one row a contact of a person of the store
-- scope: person
-- inputs: contact, person_identifier, person
-- cite: none; the log is the user's
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   contact_date: day of the contact
--   outcome: REACHED, NOT_REACHED, VISIT_SCHEDULED or CLOSED
--   discharge_date: the discharge it is about; null where the log does not say
--   task: the task of a checklist that was done; null where none was
--
-- contact                                  person_contact
-- | member_id | contact_date | outcome |  | person | contact_date | outcome |
-- | M1        | 2024-03-02   | REACHED |  | P1     | 2024-03-02   | REACHED |
select
  p.person_id,
  c.contact_date,
  c.outcome,
  c.discharge_date,
  c.task
from contact c
join person_identifier i on i.member_id = c.member_id
join person p on p.person_id = i.person_id
