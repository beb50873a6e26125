"""Runs a program and writes what it cost: CPU and wall milliseconds, peak KiB, its wait status.

The program is spawned from this small process, because Linux counts the memory of the process that
spawned it as the program's own peak.
"""

import os
import sys
import time

began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - began
os.write(3, b"%f %f %d %d" % (1e3 * (used.ru_utime + used.ru_stime), 1e3 * wall, used.ru_maxrss, status))
