/* Arithmetic by recursive descent. */
#include <math.h>
#include <stdio.h>

#include "token.h"
#include "value.h"

#define LINE_LENGTH 256
#define FAILED(p) ((p)->error != NULL)

struct parser {
    const char *line;
    size_t at;
    struct token token;
    struct values *values;
    const char *error;
};

typedef double (*operation)(double left, double right);

static double expression(struct parser *p);

static double add(double left, double right) { return left + right; }
static double subtract(double left, double right) { return left - right; }
static double multiply(double left, double right) { return left * right; }
static double divide(double left, double right) { return left / right; }

static void advance(struct parser *p)
{
    p->token = token_next(p->line, &p->at);
    if (p->token.kind == TOKEN_BAD)
        p->error = "not understood";
}

static int takes(struct parser *p, char sign)
{
    if (p->token.kind != TOKEN_SIGN || p->token.is.sign != sign)
        return 0;
    advance(p);
    return 1;
}

/* A number, a name, or something in parentheses. */
static double primary(struct parser *p)
{
    struct token token = p->token;
    const value *found;
    double inside;

    if (token.kind == TOKEN_NUMBER) {
        advance(p);
        return token.is.number;
    }
    if (token.kind == TOKEN_NAME) {
        advance(p);
        found = values_find(p->values, token.is.name);
        if (found == NULL)
            p->error = "no such name";
        return found == NULL ? 0 : found->number;
    }
    if (takes(p, '-'))
        return -primary(p);
    if (!takes(p, '(')) {
        p->error = "a number is missing";
        return 0;
    }
    inside = expression(p);
    if (!takes(p, ')'))
        p->error = "a parenthesis is missing";
    return inside;
}

/* Powers bind to the right. */
static double power(struct parser *p)
{
    double base = primary(p);

    return takes(p, '^') ? pow(base, power(p)) : base;
}

static double chain(struct parser *p, double (*part)(struct parser *), const char *signs,
                    operation first, operation second)
{
    double left = part(p);

    while (!FAILED(p)) {
        if (takes(p, signs[0]))
            left = first(left, part(p));
        else if (takes(p, signs[1]))
            left = second(left, part(p));
        else
            break;
    }
    return left;
}

static double term(struct parser *p)
{
    return chain(p, power, "*/", multiply, divide);
}

static double expression(struct parser *p)
{
    return chain(p, term, "+-", add, subtract);
}

/* NULL when the line was understood. */
static const char *evaluate(const char *line, struct values *values, double *result)
{
    struct parser p = {line, 0, {0}, values, NULL};

    advance(&p);
    *result = expression(&p);
    if (!FAILED(&p) && p.token.kind != TOKEN_END)
        p.error = "there is more than one expression";
    if (!FAILED(&p) && !values_set(values, "last", *result))
        p.error = "no room for another name";
    return p.error;
}

int main(void)
{
    static struct values values;
    char line[LINE_LENGTH];

    while (fgets(line, sizeof line, stdin) != NULL) {
        double result;
        const char *error = evaluate(line, &values, &result);

        if (error != NULL)
            fprintf(stderr, "calc: %s\n", error);
        else
            printf("%g\n", result);
    }
    return 0;
}
