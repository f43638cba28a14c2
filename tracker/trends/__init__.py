"""The arithmetic of trends: weeks, rates, percentiles, ages. Pure: plain values in, plain values out."""

# A rate over fewer students says more about these than about the material.
FEWEST_STUDENTS = 5
