/**
 * A stand-in for libcuda.so.1 that runs the kernels on the CPU, for tests of the real path from cuInit to a trained
 * network. It keeps account of everything that is handed out, and fails where it is told to.
 *
 *   CUDA_STANDIN_FAIL=CALL:CODE[:N]  the Nth CALL (1) returns CODE, once
 *   CUDA_STANDIN_HANG=CALL           CALL never returns
 *   CUDA_STANDIN_CRASH=CALL          CALL ends in SIGSEGV
 *   CUDA_STANDIN_SICK=KIND           stuck-bit, wrong-product, wrong-entry, flaky, nan, lost, corrupt-copy
 *   CUDA_STANDIN_STATE=FILE          made when the card is lost; while it is there, cuInit finds no card
 *   CUDA_STANDIN_MEMORY_MIB=N        memory of the card (96)
 *   CUDA_STANDIN_TAKEN_MIB=N         of which others hold N (8)
 *   CUDA_STANDIN_CC=N.N              compute capability (8.9)
 *   CUDA_STANDIN_INTEGRATED=1        its memory is that of the system
 *   CUDA_STANDIN_LOG=FILE            at the end: what was not given back, as JSON
 */
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <type_traits>

#include "kernels-on-cpu.h"

#define API extern "C" __attribute__((visibility("default"))) int
typedef unsigned long long Address;

namespace {

enum { invalidValue = 1, outOfMemory = 2, notInitialised = 3, noDevice = 100, invalidDevice = 101, invalidContext = 201 };
enum { invalidPtx = 218, invalidHandle = 400, notFound = 500, illegalAddress = 700, unknownError = 999 };

typedef void (*Run)(unsigned, unsigned, void**);

template <auto kernel>
struct Pointers;
template <typename... Arguments, void (*kernel)(Arguments...)>
struct Pointers<kernel> {
  /** Bit i is set where argument i is an address. */
  static constexpr unsigned mask() {
    unsigned bits = 0, i = 0;
    ((bits |= std::is_pointer_v<Arguments> ? 1u << i : 0u, i++), ...);
    return bits;
  }
};

struct Kernel {
  Run run;
  unsigned pointers;
};

template <auto kernel>
Kernel entry() {
  return {Launch<kernel>::run, Pointers<kernel>::mask()};
}

const std::map<std::string, Kernel> table = {
    {"product", entry<kernels::product>()},
    {"transposed_product", entry<kernels::transposed_product>()},
    {"patches", entry<kernels::patches>()},
    {"pool", entry<kernels::pool>()},
    {"unpool", entry<kernels::unpool>()},
    {"product_transposed", entry<kernels::product_transposed>()},
    {"cross_entropy", entry<kernels::cross_entropy>()},
    {"descend", entry<kernels::descend>()},
    {"fill", entry<kernels::fill>()},
    {"verify", entry<kernels::verify>()},
    {"copy", entry<kernels::copy>()},
};

const char* setting(const char* name) {
  const char* text = getenv(name);
  return text ? text : "";
}

struct Card {
  bool ready = false, lost = false;
  size_t contexts = 0, modules = 0, used = 0;
  std::map<Address, size_t> memory;
  std::set<void*> pinned;
  std::map<std::string, int> calls, launches;
  std::set<std::string> entries;  // of the PTX text
  std::string failingCall;
  int failingCode = 0, failingAt = 0;

  Card() { fail(setting("CUDA_STANDIN_FAIL")); }

  ~Card() {
    if (FILE* log = fopen(setting("CUDA_STANDIN_LOG"), "w")) {
      fprintf(log, "{\"contexts\":%zu,\"modules\":%zu,\"allocations\":%zu,\"pinned\":%zu}\n", contexts, modules,
              memory.size(), pinned.size());
      fclose(log);
    }
  }

  void fail(const std::string& what) {
    size_t colon = what.find(':');
    failingCall = what.substr(0, colon);
    failingAt = 1;
    if (colon != std::string::npos) sscanf(what.c_str() + colon, ":%d:%d", &failingCode, &failingAt);
  }

  size_t total() const {
    long mib = atol(setting("CUDA_STANDIN_MEMORY_MIB"));
    return (mib > 0 ? mib : 96) << 20;
  }
  size_t available() const {
    const char* taken = setting("CUDA_STANDIN_TAKEN_MIB");
    size_t others = (*taken ? atol(taken) : 8) << 20;
    return total() - others - used;
  }

  /** The allocation that holds all of these bytes. */
  bool holds(Address from, size_t bytes) const {
    auto after = memory.upper_bound(from);
    if (after == memory.begin()) return false;
    auto [start, size] = *--after;
    return from - start <= size && bytes <= size - (from - start);
  }

  void release() {
    for (auto& [address, size] : memory) free((void*)address);
    for (void* one : pinned) free(one);
    memory.clear();
    pinned.clear();
    used = modules = 0;
  }
} card;

bool sick(const char* kind) { return strcmp(setting("CUDA_STANDIN_SICK"), kind) == 0; }

/** What every call does first; not 0: what it is to return at once. */
int enter(const std::string& call) {
  int seen = ++card.calls[call];
  if (call == setting("CUDA_STANDIN_HANG")) {
    for (;;) pause();
  }
  if (call == setting("CUDA_STANDIN_CRASH")) *(volatile int*)0 = 0;
  if (call == card.failingCall && seen == card.failingAt) return card.failingCode;
  if (card.lost) return unknownError;
  if (!card.ready && call != "cuInit" && call != "cuDriverGetVersion") return notInitialised;
  return 0;
}

float* floats(void** values, int at) { return *(float**)values[at]; }

/** Spoils what a kernel has just computed. */
void spoil(const std::string& kernel, int launch, void** values) {
  if (kernel == "fill" && sick("stuck-bit")) (*(unsigned long long**)values[0])[12345] &= ~(1ull << 7);
  if (kernel == "product" && sick("wrong-product")) floats(values, 2)[5] *= 1.01f;
  if (kernel == "product" && sick("wrong-entry")) floats(values, 2)[1234] *= 1.01f;
  if (kernel == "descend" && sick("flaky") && launch == 100) floats(values, 0)[17] *= 1.0001f;
  if (kernel == "descend" && sick("nan") && launch >= 50) floats(values, 0)[17] = NAN;
  if (kernel == "descend" && sick("lost") && launch == 150) {
    card.lost = true;
    if (FILE* state = fopen(setting("CUDA_STANDIN_STATE"), "w")) fclose(state);
  }
}

}  // namespace

#define ENTER(call) \
  if (int code = enter(call)) return code

API cuInit(unsigned) {
  ENTER("cuInit");
  if (access(setting("CUDA_STANDIN_STATE"), F_OK) == 0) return noDevice;
  card.ready = true;
  return 0;
}

API cuDriverGetVersion(int* version) {
  ENTER("cuDriverGetVersion");
  *version = 13000;
  return 0;
}

API cuGetErrorName(int code, const char** name) {
  static const std::map<int, const char*> names = {
#include "error-names.inc"
  };
  auto found = names.find(code);
  *name = found == names.end() ? nullptr : found->second;
  return found == names.end() ? invalidValue : 0;
}

API cuDeviceGetCount(int* count) {
  ENTER("cuDeviceGetCount");
  *count = 1;
  return 0;
}

API cuDeviceGet(int* device, int ordinal) {
  ENTER("cuDeviceGet");
  *device = 0;
  return ordinal == 0 ? 0 : invalidDevice;
}

API cuDeviceGetName(char* name, int length, int) {
  ENTER("cuDeviceGetName");
  snprintf(name, length, "Stand-in of the tests");
  return 0;
}

API cuDeviceGetAttribute(int* value, int attribute, int) {
  ENTER("cuDeviceGetAttribute");
  const char* capability = setting("CUDA_STANDIN_CC");
  int major = 8, minor = 9;
  sscanf(capability, "%d.%d", &major, &minor);
  *value = attribute == 75 ? major : attribute == 76 ? minor : *setting("CUDA_STANDIN_INTEGRATED") == '1';
  return attribute == 75 || attribute == 76 || attribute == 18 ? 0 : invalidValue;
}

API cuDeviceTotalMem_v2(size_t* bytes, int) {
  ENTER("cuDeviceTotalMem_v2");
  *bytes = card.total();
  return 0;
}

API cuCtxCreate_v2(void** context, unsigned, int) {
  ENTER("cuCtxCreate_v2");
  card.contexts++;
  *context = &card;
  return 0;
}

/** Gives back all that belongs to the context, as the driver does. */
API cuCtxDestroy_v2(void* context) {
  ENTER("cuCtxDestroy_v2");
  if (context != &card || card.contexts == 0) return invalidContext;
  card.contexts--;
  card.release();
  return 0;
}

API cuCtxSynchronize() {
  ENTER("cuCtxSynchronize");
  return card.contexts ? 0 : invalidContext;
}

API cuModuleLoadDataEx(void** module, const char* ptx, unsigned, void*, void*) {
  ENTER("cuModuleLoadDataEx");
  if (!card.contexts) return invalidContext;
  std::string text = ptx;
  if (text.find("\n.version 5.0\n") == std::string::npos || text.find("\n.target sm_50\n") == std::string::npos)
    return invalidPtx;
  card.entries.clear();
  for (auto& [name, kernel] : table) {
    if (text.find(".visible .entry " + name + "(") != std::string::npos) card.entries.insert(name);
  }
  card.modules++;
  *module = &card.entries;
  return 0;
}

API cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER("cuModuleGetFunction");
  if (module != &card.entries || !card.modules) return invalidHandle;
  auto found = table.find(name);
  if (found == table.end() || !card.entries.count(name)) return notFound;
  *function = (void*)&*found;
  return 0;
}

API cuModuleUnload(void* module) {
  ENTER("cuModuleUnload");
  if (module != &card.entries || !card.modules) return invalidHandle;
  card.modules--;
  return 0;
}

API cuMemGetInfo_v2(size_t* available, size_t* total) {
  ENTER("cuMemGetInfo_v2");
  *available = card.available();
  *total = card.total();
  return 0;
}

API cuMemAlloc_v2(Address* address, size_t bytes) {
  ENTER("cuMemAlloc_v2");
  if (!card.contexts) return invalidContext;
  if (bytes == 0) return invalidValue;
  if (bytes > card.available()) return outOfMemory;
  void* memory = malloc(bytes);
  // What a card hands out holds what was there before.
  memset(memory, 0xa5, bytes < 4096 ? bytes : 4096);
  card.memory[(Address)memory] = bytes;
  card.used += bytes;
  *address = (Address)memory;
  return 0;
}

API cuMemFree_v2(Address address) {
  ENTER("cuMemFree_v2");
  auto found = card.memory.find(address);
  if (found == card.memory.end()) return invalidValue;
  card.used -= found->second;
  free((void*)address);
  card.memory.erase(found);
  return 0;
}

API cuPointerGetAttribute(int* value, int attribute, Address address) {
  ENTER("cuPointerGetAttribute");
  *value = 2;
  return attribute == 2 && card.holds(address, 1) ? 0 : invalidValue;
}

API cuMemAllocHost_v2(void** address, size_t bytes) {
  ENTER("cuMemAllocHost_v2");
  card.pinned.insert(*address = malloc(bytes));
  return 0;
}

API cuMemFreeHost(void* address) {
  ENTER("cuMemFreeHost");
  if (!card.pinned.erase(address)) return invalidValue;
  free(address);
  return 0;
}

API cuMemcpyHtoD_v2(Address to, const void* from, size_t bytes) {
  ENTER("cuMemcpyHtoD_v2");
  if (!card.holds(to, bytes)) return invalidValue;
  memcpy((void*)to, from, bytes);
  return 0;
}

API cuMemcpyDtoH_v2(void* to, Address from, size_t bytes) {
  ENTER("cuMemcpyDtoH_v2");
  if (!card.holds(from, bytes)) return invalidValue;
  memcpy(to, (void*)from, bytes);
  if (sick("corrupt-copy") && bytes > 1 << 20) ((char*)to)[bytes / 2] ^= 1;
  return 0;
}

API cuLaunchKernel(void* function, unsigned blocks, unsigned, unsigned, unsigned threads, unsigned, unsigned, unsigned,
                   void*, void** values, void**) {
  ENTER("cuLaunchKernel");
  auto& [name, kernel] = *(const std::pair<const std::string, Kernel>*)function;
  for (unsigned i = 0; i < 32; i++) {
    if (kernel.pointers >> i & 1 && !card.holds(*(Address*)values[i], 1)) return illegalAddress;
  }
  kernel.run(blocks, threads, values);
  spoil(name, ++card.launches[name], values);
  return 0;
}

/** For tests that load this library themselves: what fails next, and how much is not given back. */
extern "C" __attribute__((visibility("default"))) void standin_fail(const char* what) {
  card.release();
  card.contexts = 0;
  card.ready = false;
  card.calls.clear();
  card.fail(what);
}
API standin_outstanding() {
  return (int)(card.contexts + card.modules + card.memory.size() + card.pinned.size());
}
API standin_seen(const char* call) { return card.calls[call]; }
