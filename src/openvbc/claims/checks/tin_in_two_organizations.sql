select cast(null as varchar) as claim_id, cast(performance_year as varchar) as place
from participant
where tin is not null
group by tin, performance_year
having count(distinct aco_id) > 1
