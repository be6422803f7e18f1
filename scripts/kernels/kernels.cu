/**
 * What the cuda engine runs on a GPU, kept plain: no shared memory, no barriers, no tensor cores, one dimension of
 * threads. So one PTX text serves every card since Maxwell (see compile.sh), and the tests compile the same source for
 * the CPU, with the threads as a loop. Every sum is taken in a fixed order, so a repeat gives the same bits.
 *
 * Matrices are float32, row by row. A thread computes a strip of 8 neighbouring columns: their number is a multiple of 8.
 */

#define STRIP 8

/** Index of this thread among all. */
static __device__ __forceinline__ unsigned long long thread_index() {
  return (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
}

static __device__ __forceinline__ unsigned long long thread_count() {
  return (unsigned long long)gridDim.x * blockDim.x;
}

/** out[rows, columns] = left[rows, inner] · right[inner, columns], with negative values set to 0 where `rectify` is 1. */
extern "C" __global__ void product(const float* __restrict__ left, const float* __restrict__ right,
                                   float* __restrict__ out, int rows, int inner, int columns, int rectify) {
  int strips = columns / STRIP;
  int i = (int)thread_index();
  if (i >= rows * strips) return;
  int row = i / strips, first = i % strips * STRIP;
  float sum[STRIP] = {0};
  for (int k = 0; k < inner; k++) {
    float factor = left[row * inner + k];
    for (int j = 0; j < STRIP; j++) sum[j] += factor * right[k * columns + first + j];
  }
  for (int j = 0; j < STRIP; j++) out[row * columns + first + j] = rectify && sum[j] < 0 ? 0 : sum[j];
}

/** out[rows, columns] = left[inner, rows] transposed · right[inner, columns]. */
extern "C" __global__ void transposed_product(const float* __restrict__ left, const float* __restrict__ right,
                                              float* __restrict__ out, int rows, int inner, int columns) {
  int strips = columns / STRIP;
  int i = (int)thread_index();
  if (i >= rows * strips) return;
  int row = i / strips, first = i % strips * STRIP;
  float sum[STRIP] = {0};
  for (int k = 0; k < inner; k++) {
    float factor = left[k * rows + row];
    for (int j = 0; j < STRIP; j++) sum[j] += factor * right[k * columns + first + j];
  }
  for (int j = 0; j < STRIP; j++) out[row * columns + first + j] = sum[j];
}

/**
 * Cuts square images into overlapping square patches, one patch a row of out[count · across², patch² + 1]; the last
 * entry of a row is 1, so that the last row of the weights is the bias.
 */
extern "C" __global__ void patches(const float* __restrict__ images, float* __restrict__ out, int count, int size,
                                   int patch, int stride, int across) {
  int entries = patch * patch + 1;
  int i = (int)thread_index();
  if (i >= count * across * across * entries) return;
  int entry = i % entries, at = i / entries;
  int x = at % across * stride, y = at / across % across * stride, image = at / (across * across);
  out[i] = entry == patch * patch ? 1 : images[(image * size + y + entry / patch) * size + x + entry % patch];
}

/** Means over the positions of each image: out[count, columns + 1] of hidden[count · positions, columns]; the last is 1. */
extern "C" __global__ void pool(const float* __restrict__ hidden, float* __restrict__ out, int count, int positions,
                                int columns) {
  int strips = columns / STRIP;
  int i = (int)thread_index();
  if (i >= count * strips) return;
  int image = i / strips, first = i % strips * STRIP;
  float sum[STRIP] = {0};
  for (int p = 0; p < positions; p++)
    for (int j = 0; j < STRIP; j++) sum[j] += hidden[(image * positions + p) * columns + first + j];
  for (int j = 0; j < STRIP; j++) out[image * (columns + 1) + first + j] = sum[j] / (float)positions;
  if (first == 0) out[image * (columns + 1) + columns] = 1;
}

/** Gradient of `pool` and of the rectifier before it, in place of hidden; gradient[count, columns]. */
extern "C" __global__ void unpool(float* __restrict__ hidden, const float* __restrict__ gradient, int count,
                                  int positions, int columns) {
  int strips = columns / STRIP;
  int i = (int)thread_index();
  if (i >= count * positions * strips) return;
  int row = i / strips, first = i % strips * STRIP;
  for (int j = 0; j < STRIP; j++) {
    float share = gradient[row / positions * columns + first + j] / (float)positions;
    float* value = &hidden[row * columns + first + j];
    *value = *value > 0 ? share : 0;
  }
}

/** out[rows, columns] = left[rows, inner] · right[columns, inner] transposed; one thread for each entry. */
extern "C" __global__ void product_transposed(const float* __restrict__ left, const float* __restrict__ right,
                                              float* __restrict__ out, int rows, int inner, int columns) {
  int i = (int)thread_index();
  if (i >= rows * columns) return;
  int row = i / columns, column = i % columns;
  float sum = 0;
  for (int k = 0; k < inner; k++) sum += left[row * inner + k] * right[column * inner + k];
  out[i] = sum;
}

/**
 * Softmax and cross-entropy of scores[count, width], of whose columns the first `classes` count: the loss of each row,
 * and the gradient of the mean loss, 0 in the other columns.
 */
extern "C" __global__ void cross_entropy(const float* __restrict__ scores, const int* __restrict__ labels,
                                         float* __restrict__ losses, float* __restrict__ gradient, int count,
                                         int classes, int width) {
  int row = (int)thread_index();
  if (row >= count) return;
  const float* score = scores + row * width;
  float highest = score[0];
  for (int c = 1; c < classes; c++) highest = score[c] > highest ? score[c] : highest;
  float sum = 0;
  for (int c = 0; c < classes; c++) sum += expf(score[c] - highest);
  losses[row] = logf(sum) + highest - score[labels[row]];
  for (int c = 0; c < width; c++) {
    float likely = c < classes ? expf(score[c] - highest) / sum : 0;
    gradient[row * width + c] = (likely - (c == labels[row] ? 1 : 0)) / (float)count;
  }
}

/** A step of stochastic gradient descent with momentum. */
extern "C" __global__ void descend(float* __restrict__ parameters, float* __restrict__ velocity,
                                   const float* __restrict__ gradient, float rate, float momentum, int count) {
  int i = (int)thread_index();
  if (i >= count) return;
  velocity[i] = momentum * velocity[i] + gradient[i];
  parameters[i] -= rate * velocity[i];
}

/** The word that belongs to an index: bits that look random, by the finaliser of splitmix64 (https://prng.di.unimi.it/splitmix64.c). */
static __device__ __forceinline__ unsigned long long pattern(unsigned long long index, unsigned long long mask) {
  unsigned long long word = (index + 1) * 0x9e3779b97f4a7c15ull;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ull;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebull;
  return word ^ (word >> 31) ^ mask;
}

/** Fills words[count] with the pattern of their indices, which begin at `first`; all bits inverted by `mask`. */
extern "C" __global__ void fill(unsigned long long* __restrict__ words, unsigned long long count,
                                unsigned long long first, unsigned long long mask) {
  for (unsigned long long i = thread_index(); i < count; i += thread_count()) words[i] = pattern(first + i, mask);
}

/** Counts the words that are not what `fill` wrote into result[0]; result[1] becomes the lowest index of one. */
extern "C" __global__ void verify(const unsigned long long* __restrict__ words, unsigned long long count,
                                  unsigned long long first, unsigned long long mask,
                                  unsigned long long* __restrict__ result) {
  for (unsigned long long i = thread_index(); i < count; i += thread_count()) {
    if (words[i] == pattern(first + i, mask)) continue;
    atomicAdd(&result[0], 1ull);
    atomicMin(&result[1], first + i);
  }
}

/** Copies words[count] within the card's memory. */
extern "C" __global__ void copy(const unsigned long long* __restrict__ from, unsigned long long* __restrict__ to,
                                unsigned long long count) {
  for (unsigned long long i = thread_index(); i < count; i += thread_count()) to[i] = from[i];
}
