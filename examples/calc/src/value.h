/* Names and what they stand for. */
#ifndef VALUE_H
#define VALUE_H

#include "token.h"

#define MOST_VALUES 32

typedef struct {
    char name[NAME_LENGTH];
    double number;
} value;

struct values {
    value all[MOST_VALUES];
    int count;
};

/* NULL when there is no value of that name. */
const value *values_find(const struct values *values, const char *name);

/* 0 when there is no room for another one. */
int values_set(struct values *values, const char *name, double number);

#endif
