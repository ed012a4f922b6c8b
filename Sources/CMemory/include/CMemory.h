#ifndef CMEMORY_H
#define CMEMORY_H

/// Gives memory that the allocator holds and nobody uses back to the system.
void memory_give_back(void);

/// Lets all threads allocate from one pool, from now on.
void memory_keep_together(void);

#endif
