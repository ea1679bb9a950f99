#include "token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int is_sign(char c)
{
    return c != '\0' && strchr("+-*/^()=", c) != NULL;
}

static size_t name_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

struct token token_next(const char *line, size_t *at)
{
    struct token token;

    while (isspace((unsigned char)line[*at]))
        (*at)++;
    memset(&token, 0, sizeof token);
    token.at = *at;
    if (line[*at] == '\0') {
        token.kind = TOKEN_END;
    } else if (isdigit((unsigned char)line[*at]) || line[*at] == '.') {
        char *end;

        token.kind = TOKEN_NUMBER;
        token.is.number = strtod(line + *at, &end);
        *at = (size_t)(end - line);
    } else if (isalpha((unsigned char)line[*at])) {
        size_t length = name_length(line + *at);

        token.kind = length < NAME_LENGTH ? TOKEN_NAME : TOKEN_BAD;
        memcpy(token.is.name, line + *at, length < NAME_LENGTH ? length : NAME_LENGTH - 1);
        *at += length;
    } else {
        token.kind = is_sign(line[*at]) ? TOKEN_SIGN : TOKEN_BAD;
        token.is.sign = line[(*at)++];
    }
    return token;
}
