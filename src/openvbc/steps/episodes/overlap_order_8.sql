-- purpose: which candidate would stand eight places after each
-- grain: one row a candidate with eight that would stand after it
-- scope: person
-- inputs: overlap_order
-- cite: arithmetic: the order of overlap, followed eight times
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   position: place of the candidate in the person's order
--   next_position: place of the eighth that would stand after it
--
-- overlap_order            overlap_order_8
-- | 1 | 2 | ... | 8 | 9 |  | 1 | 9 |
select
  o1.person_id,
  o1.position,
  o8.next_position
from overlap_order o1
join overlap_order o2
  on o2.person_id = o1.person_id
  and o2.position = o1.next_position
join overlap_order o3
  on o3.person_id = o2.person_id
  and o3.position = o2.next_position
join overlap_order o4
  on o4.person_id = o3.person_id
  and o4.position = o3.next_position
join overlap_order o5
  on o5.person_id = o4.person_id
  and o5.position = o4.next_position
join overlap_order o6
  on o6.person_id = o5.person_id
  and o6.position = o5.next_position
join overlap_order o7
  on o7.person_id = o6.person_id
  and o7.position = o6.next_position
join overlap_order o8
  on o8.person_id = o7.person_id
  and o8.position = o7.next_position
where o8.next_position is not null
