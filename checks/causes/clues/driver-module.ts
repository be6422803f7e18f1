import { driverAbsentClues } from "./driver-absent.ts";
import { driverCardsClues } from "./driver-cards.ts";
import { driverLoadingClues } from "./driver-loading.ts";
import { driverSigningClues } from "./driver-signing.ts";

/** Texts that betray the causes of ../driver-module.ts. */
export const driverModuleClues = {
  ...driverAbsentClues,
  ...driverLoadingClues,
  ...driverSigningClues,
  ...driverCardsClues,
};
