#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The library is a function of what it is given: its C objects hold no writable data, and call
# nothing that opens, prints, waits for, or asks the world outside.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=${BUILD:-build}
archive=$build/lib/libspoor_internal.a
[ -f "$archive" ] || { echo "skipped: no library yet"; exit 77; }
mapfile -t objects < <(find "$build/lib" -name '*.c.o' | sort)
[ ${#objects[@]} -gt 0 ] || { echo "skipped: no C objects yet"; exit 77; }

# Names as the linker sees them: with large file offsets and fortified headers.
outside='open|open64|openat|creat|fopen|fopen64|fdopen|freopen|read|write|unlink|rename'
outside+='|stat|stat64|fstat|fstat64|mmap|mmap64'
outside+='|socket|connect|bind|send|sendto|recv|getaddrinfo|poll|select|epoll_wait'
outside+='|printf|puts|putchar|fputs|fputc|fwrite|fprintf|vprintf|vfprintf'
outside+='|perror|syslog|__printf_chk|__fprintf_chk|__vfprintf_chk'
outside+='|getenv|secure_getenv|setenv|setlocale|time|clock|clock_gettime|gettimeofday'
outside+='|getrandom|random|sleep|nanosleep|usleep'
outside+='|exit|_exit|abort|system|popen|fork|execve|signal|sigaction'

status=0
calls=$(nm -A -u "${objects[@]}" | grep -E " U ($outside)\$" || true)
[ -z "$calls" ] || { echo "calls the outside world:"; echo "$calls"; status=1; }

# A table of pointers is .data.rel.ro: written by the loader, then read-only.
data=$(objdump -t "${objects[@]}" | awk '
    / file format / { file = $1 }
    / O \.(data|bss|tdata|tbss)/ && !/ O \.data\.rel\.ro/ { print file, $NF }')
[ -z "$data" ] || { echo "writable data:"; echo "$data"; status=1; }
exit "$status"
