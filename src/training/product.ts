/**
 * A matrix product whose right answer is known here: the engine computes it on its device, and reports chosen entries.
 * Entry (i, j) of a factor is ((i·row + j·column) mod modulus) / modulus − ½, rounded to float32: values that fill the
 * whole mantissa, so that a product in lower precision shows.
 */
export interface ProductPlan {
  /** Rows and columns of both matrices. */
  readonly size: number;
  readonly modulus: number;
  /** Row and column of the left matrix, then of the right one. */
  readonly factors: readonly [number, number, number, number];
  /** [row, column] of the entries that are reported. */
  readonly entries: readonly (readonly [number, number])[];
}

const size = 256;
const reported = 64;

export function productPlan(): ProductPlan {
  return {
    size,
    modulus: 65_521,
    factors: [7919, 30_103, 12_983, 15_859],
    entries: Array.from({ length: reported }, (_, i) => [(i * 37) % size, (i * 101 + 5) % size] as const),
  };
}

/**
 * Largest deviation allowed, as a share of Σ|aₖ·bₖ|. float32: rounding of 256 additions in any order stays below
 * 256 · 2⁻²⁴ ≈ 1.5e-5. tf32 rounds each factor to 10 bits after the point, 2 · 2⁻¹¹ ≈ 1e-3 for a product.
 * https://docs.pytorch.org/docs/stable/notes/cuda.html#tensorfloat-32-tf32-on-ampere-and-later-devices
 */
export const tolerances = { float32: 2e-5, tf32: 2e-3 } as const;

/** The largest deviation of the reported entries as a share of Σ|aₖ·bₖ|; Infinity where one is missing or no number. */
export function productError(plan: ProductPlan, values: readonly (number | null)[]): number {
  if (values.length !== plan.entries.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, [row, column]] of plan.entries.entries()) {
    const { sum, scale } = exactEntry(plan, row, column);
    const value = values[i] ?? null;
    largest = Math.max(largest, value === null ? Number.POSITIVE_INFINITY : Math.abs(value - sum) / scale);
  }
  return largest;
}

/** One entry in double precision, and the sum of the magnitudes of its terms. */
function exactEntry(plan: ProductPlan, row: number, column: number): { sum: number; scale: number } {
  const [leftRow, leftColumn, rightRow, rightColumn] = plan.factors;
  let sum = 0;
  let scale = 0;
  for (let k = 0; k < plan.size; k++) {
    const term = entry(plan, row * leftRow + k * leftColumn) * entry(plan, k * rightRow + column * rightColumn);
    sum += term;
    scale += Math.abs(term);
  }
  return { sum, scale };
}

function entry({ modulus }: ProductPlan, index: number): number {
  return Math.fround((index % modulus) / modulus - 0.5);
}
