#include "CMemory.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)
#include <malloc.h>

void memory_give_back(void) { malloc_trim(0); }
void memory_keep_together(void) { mallopt(M_ARENA_MAX, 1); }
#elif defined(__APPLE__)
#include <malloc/malloc.h>

void memory_give_back(void) { malloc_zone_pressure_relief(NULL, 0); }
void memory_keep_together(void) {}
#else
void memory_give_back(void) {}
void memory_keep_together(void) {}
#endif
