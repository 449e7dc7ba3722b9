import fc from "fast-check";
import { Sample } from "pprof-format";
import { describe, expect, it } from "vitest";
import { ProtobufWriter } from "../../../../src/profiling/exporters/protobuf-writer.ts";

describe("ProtobufWriter", () => {
  it("writes whole numbers of 63 bits as another library reads them", () => {
    const whole = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      fc.nat().map(BigInt),
      fc.constantFrom(0n, 127n, 128n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n),
    );
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 40 }), (values) => {
        const bytes = new ProtobufWriter().ints(2, values).finish();
        expect(Sample.decode(bytes).value.map(BigInt)).toEqual(values);
      }),
      { seed: 20_261_125 },
    );
  });

  it("writes a number as it writes the same bigint", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(new ProtobufWriter().int(1, value).finish()).toEqual(
          new ProtobufWriter().int(1, BigInt(value)).finish(),
        );
      }),
      { seed: 20_261_125 },
    );
  });

  it("leaves out a field that is 0", () => {
    expect(new ProtobufWriter().int(1, 0).int(2, 0n).finish()).toHaveLength(0);
  });
});
