"""Merit-based Incentive Payment System."""
