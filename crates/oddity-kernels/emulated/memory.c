/* What the compiler calls, and no library is there for. */
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n) {
  char *a = to;
  const char *b = from;
  while (n--) *a++ = *b++;
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  char *a = to;
  const char *b = from;
  if (a < b) while (n--) *a++ = *b++;
  else while (n--) a[n] = b[n];
  return to;
}

void *memset(void *to, int byte, size_t n) {
  char *a = to;
  while (n--) *a++ = byte;
  return to;
}

int memcmp(const void *x, const void *y, size_t n) {
  const unsigned char *a = x, *b = y;
  for (; n--; a++, b++) if (*a != *b) return *a - *b;
  return 0;
}
