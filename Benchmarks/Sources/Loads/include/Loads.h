/* What the programs in C share. */
#ifndef LOADS_H
#define LOADS_H

/* Seconds of a clock that never goes back. */
double now(void);

/* Seconds of processor time of this thread. */
double cpu(void);

/* Ends the program, which has this name, with what went wrong and errno. */
void die_as(const char *program, const char *what) __attribute__((noreturn));
#endif
