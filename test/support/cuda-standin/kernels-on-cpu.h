/** The kernels of scripts/kernels/kernels.cu compiled for the CPU: the threads of a launch become a loop. */
#pragma once
#include <cmath>
#include <cstring>
#include <tuple>
#include <utility>

#define __global__ __attribute__((always_inline)) inline
#define __device__
#define __forceinline__ __attribute__((always_inline)) inline

namespace kernels {
struct Index {
  unsigned x;
};
static Index blockIdx, blockDim, threadIdx, gridDim;

static inline void atomicAdd(unsigned long long* to, unsigned long long value) { *to += value; }
static inline void atomicMin(unsigned long long* to, unsigned long long value) {
  if (value < *to) *to = value;
}

#include KERNELS
}  // namespace kernels

/** Runs a kernel as cuLaunchKernel would: `values` are pointers to its arguments. */
template <auto kernel>
struct Launch;

template <typename... Arguments, void (*kernel)(Arguments...)>
struct Launch<kernel> {
  template <size_t... at>
  static void call(void** values, std::index_sequence<at...>) {
    std::tuple<Arguments...> arguments{*static_cast<Arguments*>(values[at])...};
    for (kernels::blockIdx.x = 0; kernels::blockIdx.x < kernels::gridDim.x; kernels::blockIdx.x++) {
      for (kernels::threadIdx.x = 0; kernels::threadIdx.x < kernels::blockDim.x; kernels::threadIdx.x++) {
        kernel(std::get<at>(arguments)...);
      }
    }
  }

  static void run(unsigned blocks, unsigned threads, void** values) {
    kernels::gridDim.x = blocks;
    kernels::blockDim.x = threads;
    call(values, std::index_sequence_for<Arguments...>{});
  }
};
