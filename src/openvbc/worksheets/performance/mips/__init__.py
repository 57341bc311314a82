"""Merit-based Incentive Payment System: from measures to the payment adjustment."""
