import { describe } from "vitest";
import { testLeases } from "./leases.ts";

describe("worker.py", () => testLeases("worker.py"));
