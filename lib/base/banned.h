/* SPDX-License-Identifier: Apache-2.0
 *
 * banned.h -- functions that do not compile here, because each has a safe twin.
 *
 * The build includes this file before the first line of every C file of lib/ and app/.
 *
 *  (1) The system headers that declare the names come first: a poisoned name must not be declared
 *      any more.
 *  (2) A name that is also a macro (fortified headers of clang do that) is undefined before.
 *  (3) C++ is left alone: its standard headers name some of these again.
 */
#ifndef SPOOR_BASE_BANNED_H
#define SPOOR_BASE_BANNED_H

#ifndef __cplusplus

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef stpcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf

/* No length: memcpy, snprintf or a buf. */
#pragma GCC poison strcpy stpcpy strcat strncpy strncat sprintf vsprintf gets
/* Hidden state shared by threads: text_next, gmtime_r, time_format. */
#pragma GCC poison strtok localtime gmtime asctime ctime
/* No way to tell an error from a number: text_to_int. */
#pragma GCC poison atoi atol atoll atof
/* Not repeatable from a seed, or a race with whoever guesses the name. */
#pragma GCC poison rand srand mktemp tmpnam tempnam

#endif

#endif
