"""Every performance target of docs/performance.md, measured on the made-up city.

    python -m benchmarks run --scales district,ten,city     builds what is missing, measures, writes JSON
    python -m benchmarks report [FILE …]                     each target: value, limit, pass or fail, slopes
    python -m benchmarks check --scales district,ten         measures what noise cannot move; fails on a miss
    python -m benchmarks compare OLD NEW                      what became dearer

Judged, in this order: queries, buffers, rows written, CPU of application and database; never a bare millisecond.
"""
