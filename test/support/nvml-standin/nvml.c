/*
 * A stand-in for libnvidia-ml.so.1 that plays healthy and sick cards, built by the tests:
 *     gcc -shared -fPIC -O2 -o FOLDER/libnvidia-ml.so.1 nvml.c        -DOLD: as old drivers have it, fewer functions
 * NVML_STANDIN says what it plays, words parted by blanks:
 *     fail=FUNCTION:CODE   the function returns the code (FUNCTION without version; more than one allowed)
 *     hang=FUNCTION  crash=FUNCTION  slow=FUNCTION
 *     lost=CARD  lostAt=FUNCTION        no handle of this card; the function and all after it say "lost"
 *     garbage=1            texts without an end, numbers of all ones, four thousand million processes
 *     other=1              the library of another driver, 535.104.05
 *     NAME=NUMBER          a reading, see reading()
 * Prototypes and codes: https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { int index; } *Device;

static struct { int index; } cards[16];
static int lost;

/* The text behind "key=" in NVML_STANDIN, from the n-th occurrence on; NULL where there is none. */
static const char *word(const char *key, int n) {
    const char *at = getenv("NVML_STANDIN");
    size_t length = strlen(key);
    for (; at && *at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (!strncmp(at, key, length) && at[length] == '=' && n-- == 0) return at + length + 1;
    return NULL;
}

static u64 reading(const char *name, u64 healthy) {
    const char *told = word(name, 0);
    return told ? strtoull(told, NULL, 10) : healthy;
}

static int names(const char *told, const char *function) {
    size_t length = strlen(function);
    return told && !strncmp(told, function, length) && strchr(" :", told[length]);
}

static int play(const char *function) {
    if (names(word("hang", 0), function)) for (;;) pause();
    if (names(word("slow", 0), function)) usleep(150000);
    if (names(word("crash", 0), function)) raise(SIGSEGV);
    if (names(word("lostAt", 0), function)) lost = 1;
    if (lost && strcmp(function, "nvmlShutdown")) return 15;
    const char *told;
    for (int n = 0; (told = word("fail", n)); n++)
        if (names(told, function)) return atoi(strchr(told, ':') + 1);
    return 0;
}

static int garbage(void) { return word("garbage", 0) != NULL; }
static u32 number(const char *name, u32 healthy) { return garbage() ? ~0u : (u32)reading(name, healthy); }
static u64 longer(const char *name, u64 healthy) { return garbage() ? ~0ull : reading(name, healthy); }

static int text(char *to, u32 length, const char *said) {
    if (garbage()) memset(to, 0x9b, length);
    else snprintf(to, length, "%s", said);
    return 0;
}

#define PLAY(function) do { int code = play(function); if (code) return code; } while (0)
#define NUMBER(function, name, healthy) \
    int function(Device device, u32 *value) { PLAY(#function); *value = number(name, healthy); return 0; }
#define KIND(function, name, healthy) \
    int function(Device device, u32 kind, u32 *value) { PLAY(#function); *value = number(name, healthy); return 0; }
#define PAIR(function, name, healthy) \
    int function(Device device, u32 *now, u32 *pending) { \
        PLAY(#function); *now = number(name, healthy); *pending = *now; return 0; }

int nvmlInit_v2(void) { lost = 0; PLAY("nvmlInit"); return 0; }
int nvmlShutdown(void) { PLAY("nvmlShutdown"); return 0; }

int nvmlSystemGetDriverVersion(char *to, u32 length) {
    PLAY("nvmlSystemGetDriverVersion");
    return text(to, length, word("other", 0) ? "535.104.05" : "550.54.14");
}
int nvmlSystemGetNVMLVersion(char *to, u32 length) {
    PLAY("nvmlSystemGetNVMLVersion");
    return text(to, length, "12.550.54.14");
}
int nvmlDeviceGetCount_v2(u32 *count) {
    PLAY("nvmlDeviceGetCount");
    *count = number("cards", 1);
    return 0;
}
int nvmlDeviceGetHandleByIndex_v2(u32 index, Device *device) {
    PLAY("nvmlDeviceGetHandleByIndex");
    if (word("lost", 0) && reading("lost", 0) == index) return 15;
    if (index >= 16) return 2;
    cards[index].index = (int)index;
    *device = (Device)&cards[index];
    return 0;
}
int nvmlDeviceGetName(Device device, char *to, u32 length) {
    PLAY("nvmlDeviceGetName");
    return text(to, length, "NVIDIA GeForce RTX 4090");
}
int nvmlDeviceGetUUID(Device device, char *to, u32 length) {
    PLAY("nvmlDeviceGetUUID");
    char uuid[64];
    snprintf(uuid, sizeof uuid, "GPU-5a9f2b1c-%04d-4d21-8a44-3c1e7f3b9d10", device->index);
    return text(to, length, uuid);
}

typedef struct {
    char busIdLegacy[16];
    u32 domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} PciInfo;
int nvmlDeviceGetPciInfo_v2(Device device, PciInfo *pci) {
    PLAY("nvmlDeviceGetPciInfo");
    memset(pci, garbage() ? 0xff : 0, sizeof *pci);
    if (garbage()) return 0;
    pci->bus = 1 + (u32)device->index;
    pci->pciDeviceId = 0x268410de;
    return 0;
}

int nvmlDeviceGetMemoryInfo(Device device, u64 *memory) {
    PLAY("nvmlDeviceGetMemoryInfo");
    memory[0] = longer("total", 24564ull << 20);
    memory[1] = longer("free", 24000ull << 20);
    memory[2] = memory[0] - memory[1];
    return 0;
}
int nvmlDeviceGetUtilizationRates(Device device, u32 *rates) {
    PLAY("nvmlDeviceGetUtilizationRates");
    rates[0] = number("busy", 0);
    rates[1] = number("busy", 0);
    return 0;
}
KIND(nvmlDeviceGetClockInfo, "clock", 2520)
KIND(nvmlDeviceGetMaxClockInfo, "maxClock", 3105)
KIND(nvmlDeviceGetTemperature, "temperature", 41)
KIND(nvmlDeviceGetTemperatureThreshold, "slowdownTemperature", 95)
int nvmlDeviceGetCurrentClocksThrottleReasons(Device device, u64 *reasons) {
    PLAY("nvmlDeviceGetCurrentClocksThrottleReasons");
    *reasons = longer("reasons", 1);
    return 0;
}
NUMBER(nvmlDeviceGetPowerUsage, "power", 22000)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "powerLimit", 450000)
NUMBER(nvmlDeviceGetPersistenceMode, "persistence", 1)
NUMBER(nvmlDeviceGetPerformanceState, "pstate", 8)
NUMBER(nvmlDeviceGetComputeMode, "computeMode", 0)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "generation", 1)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "maxGeneration", 4)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "width", 16)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "maxWidth", 16)
PAIR(nvmlDeviceGetEccMode, "ecc", 1)

int nvmlDeviceGetTotalEccErrors(Device device, u32 type, u32 counter, u64 *count) {
    PLAY("nvmlDeviceGetTotalEccErrors");
    *count = type == 1 ? longer(counter == 0 ? "uncorrected" : "uncorrectedEver", 0) : 0;
    return 0;
}
typedef struct { u32 pid; u64 used; } Process;
int nvmlDeviceGetComputeRunningProcesses(Device device, u32 *count, Process *processes) {
    PLAY("nvmlDeviceGetComputeRunningProcesses");
    u32 room = *count, running = (u32)reading("processes", 0);
    *count = number("processes", 0);
    if (garbage()) return 0;
    if (room < running) return 7;
    for (u32 at = 0; at < running; at++) {
        processes[at].pid = 4000 + at;
        processes[at].used = 7000ull << 20;
    }
    return 0;
}

#ifdef OLD
int nvmlSystemGetCudaDriverVersion(int *version) { PLAY("nvmlSystemGetCudaDriverVersion"); *version = 9010; return 0; }
#else
int nvmlDeviceGetPciInfo_v3(Device device, PciInfo *pci) { return nvmlDeviceGetPciInfo_v2(device, pci); }
int nvmlSystemGetCudaDriverVersion_v2(int *version) {
    PLAY("nvmlSystemGetCudaDriverVersion");
    *version = (int)number("cuda", 12040);
    return 0;
}
int nvmlDeviceGetCudaComputeCapability(Device device, int *major, int *minor) {
    PLAY("nvmlDeviceGetCudaComputeCapability");
    *major = (int)number("major", 8);
    *minor = (int)number("minor", 9);
    return 0;
}
int nvmlDeviceGetRemappedRows(Device device, u32 *corrected, u32 *uncorrected, u32 *pending, u32 *failure) {
    PLAY("nvmlDeviceGetRemappedRows");
    *corrected = 0;
    *uncorrected = number("remapped", 0);
    *pending = number("remapPending", 0);
    *failure = number("remapFailed", 0);
    return 0;
}
int nvmlDeviceGetRetiredPages(Device device, u32 cause, u32 *count, u64 *addresses) {
    PLAY("nvmlDeviceGetRetiredPages");
    if (!word("retired", 0) && !garbage()) return 3;
    u32 room = *count;
    *count = cause == 1 ? number("retired", 0) : 0;
    return room < *count ? 7 : 0;
}
NUMBER(nvmlDeviceGetRetiredPagesPendingStatus, "retirementPending", 0)
PAIR(nvmlDeviceGetMigMode, "mig", 0)
NUMBER(nvmlDeviceGetMaxMigDeviceCount, "maxSlices", 7)
int nvmlDeviceGetMigDeviceHandleByIndex(Device device, u32 index, Device *slice) {
    PLAY("nvmlDeviceGetMigDeviceHandleByIndex");
    if (index >= reading("slices", 0)) return 6;
    *slice = device;
    return 0;
}
#endif
