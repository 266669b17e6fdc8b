/* SPDX-License-Identifier: Apache-2.0
 *
 * words.h -- the few macros that every file of the program may use.
 *
 *  (1) AUTO(type) releases a local when its scope ends, by calling type_done(&local).
 */
#ifndef SPOOR_APP_WORDS_H
#define SPOOR_APP_WORDS_H

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define CLEANUP(f) __attribute__((cleanup(f)))
#define AUTO(type) CLEANUP(type##_done) type

#endif
