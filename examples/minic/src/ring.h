/* A fixed-size ring of integers. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>

#define RING_CAPACITY 64

struct ring {
    int items[RING_CAPACITY];
    size_t head;
    size_t count;
};

void ring_init(struct ring *r);
bool ring_push(struct ring *r, int value);
bool ring_pop(struct ring *r, int *value);

#endif
