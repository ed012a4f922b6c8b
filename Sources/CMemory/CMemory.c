#include "CMemory.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)
#include <malloc.h>

void memory_give_back(void) { malloc_trim(0); }
#elif defined(__APPLE__)
#include <malloc/malloc.h>

void memory_give_back(void) { malloc_zone_pressure_relief(NULL, 0); }
#else
void memory_give_back(void) {}
#endif
