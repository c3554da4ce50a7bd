/* A slave and a client on libmodbus: modbus-rate serve PORT | modbus-rate read PORT SECONDS COUNT (prints requests a second). */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int serve(int port) {
  modbus_t *context = modbus_new_tcp("127.0.0.1", port);
  modbus_mapping_t *mapping = modbus_mapping_new(0, 0, 512, 512);
  for (int i = 0; i < 512; i++) mapping->tab_registers[i] = i;
  int listening = modbus_tcp_listen(context, 1);
  if (listening < 0) { fprintf(stderr, "listen: %s\n", modbus_strerror(errno)); return 1; }
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    if (modbus_tcp_accept(context, &listening) < 0) return 1;
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
      int length = modbus_receive(context, query);
      if (length < 0) break;
      if (length > 0) modbus_reply(context, query, length, mapping);
    }
    modbus_close(context);
  }
}

static int read_for(int port, double seconds, int count) {
  modbus_t *context = modbus_new_tcp("127.0.0.1", port);
  if (modbus_connect(context) < 0) { fprintf(stderr, "connect: %s\n", modbus_strerror(errno)); return 1; }
  uint16_t words[125];
  long done = 0;
  double start = now();
  while (now() - start < seconds) {
    if (modbus_read_registers(context, done % 100, count, words) != count || words[1] != done % 100 + 1) { fprintf(stderr, "a wrong reply\n"); return 1; }
    done++;
  }
  printf("%.1f\n", done / (now() - start));
  modbus_close(context);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(atoi(argv[2]));
  if (argc == 5 && strcmp(argv[1], "read") == 0) return read_for(atoi(argv[2]), atof(argv[3]), atoi(argv[4]));
  fprintf(stderr, "usage: modbus-rate serve PORT | modbus-rate read PORT SECONDS COUNT\n");
  return 2;
}
