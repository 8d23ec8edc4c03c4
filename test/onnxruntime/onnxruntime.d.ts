/** What the tests use of onnxruntime-node, which is installed here only when they run. */
declare module 'onnxruntime-node' {
  type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly string[];

  export class Tensor {
    constructor(type: string, data: TensorData, dims: readonly number[]);
    readonly data: ArrayLike<number | bigint>;
  }

  export class InferenceSession {
    static create(file: string, options: { readonly logSeverityLevel: number }): Promise<InferenceSession>;
    readonly inputMetadata: readonly {
      readonly name: string;
      readonly type: string;
      readonly shape: readonly (number | string)[];
    }[];
    run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Readonly<Record<string, Tensor>>>;
  }
}
