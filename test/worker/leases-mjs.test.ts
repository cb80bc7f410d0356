import { describe } from "vitest";
import { testLeases } from "./leases.ts";

describe("worker.mjs", () => testLeases("worker.mjs"));
