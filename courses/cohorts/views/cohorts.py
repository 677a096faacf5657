"""Cohorts for those who join them."""
