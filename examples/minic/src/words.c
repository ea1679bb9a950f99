#include <ctype.h>
#include <stdio.h>

/* Counts the words of a stream: runs of anything that is not white space. */
long count_words(FILE *in)
{
    long words = 0;
    int inside = 0;
    int c;

    while ((c = getc(in)) != EOF) {
        if (isspace(c)) {
            inside = 0;
        } else if (!inside) {
            inside = 1;
            words++;
        }
    }
    return words;
}
