/* What a line of arithmetic is made of. */
#ifndef TOKEN_H
#define TOKEN_H

#include <stddef.h>

#define NAME_LENGTH 16

enum token_kind {
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_SIGN,
    TOKEN_END,
    TOKEN_BAD
};

struct token {
    enum token_kind kind;
    size_t at;
    union {
        double number;
        char name[NAME_LENGTH];
        char sign;
    } is;
};

/* Reads the token at a place and moves the place behind it. */
struct token token_next(const char *line, size_t *at);

#endif
