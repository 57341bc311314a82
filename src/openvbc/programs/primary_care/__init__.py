"""Primary care capitation: CPC+, Primary Care First, Making Care Primary, ACO PC Flex."""
