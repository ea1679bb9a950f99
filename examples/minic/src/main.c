#include <stdio.h>

#include "ring.h"

long count_words(FILE *in);

int main(int argc, char **argv)
{
    struct ring lengths;
    int value;

    ring_init(&lengths);
    for (int i = 1; i < argc; i++) {
        FILE *in = fopen(argv[i], "r");
        if (in == NULL) {
            perror(argv[i]);
            return 1;
        }
        ring_push(&lengths, (int)count_words(in));
        fclose(in);
    }
    while (ring_pop(&lengths, &value))
        printf("%d\n", value);
    return 0;
}
