#include "value.h"

#include <string.h>

const value *values_find(const struct values *values, const char *name)
{
    for (int i = 0; i < values->count; i++) {
        if (strcmp(values->all[i].name, name) == 0)
            return &values->all[i];
    }
    return NULL;
}

int values_set(struct values *values, const char *name, double number)
{
    value *known = (value *)values_find(values, name);

    if (known == NULL) {
        if (values->count == MOST_VALUES)
            return 0;
        known = &values->all[values->count++];
        strcpy(known->name, name);
    }
    known->number = number;
    return 1;
}
