/** The network drawn, for one output. */
export interface NetworkRequest {
  readonly output: number;
  /** Activities and shares at this row; absent without one. */
  readonly row?: number;
  /** Units are chosen and paths lit by their share in this input's slope. */
  readonly input?: number;
}

/** The Network picture (ui.md §11). */
export interface NetworkPicture {
  readonly sentence: string;
  /** From inputs to outputs. */
  readonly layers: readonly PictureLayer[];
  readonly edges: readonly PictureEdge[];
  /** Of the units' parts: that of the slope, or of the forecast without a chosen input; absent without a row. */
  readonly partUnit?: string;
  /** Said when the picture shows a part: "24 of 256 units of layer 1 …". */
  readonly notes: readonly string[];
}

/** A column of the picture. */
export interface PictureLayer {
  readonly kind: 'inputs' | 'hidden' | 'outputs';
  /** "12 tanh" */
  readonly title: string;
  /** What a hidden layer is called in the file. */
  readonly layer?: string;
  readonly size: number;
  /** Ways of drawing: an active ReLU unit is solid, an inactive one hollow; others are filled by activity. */
  readonly fill: 'on or off' | 'activity' | 'none';
  /** At most 64, else the 24 with the largest share. */
  readonly units: readonly PictureUnit[];
  /** Units not shown. */
  readonly more: number;
}

/** A circle of the picture. */
export interface PictureUnit {
  /** From 0 within its layer. */
  readonly unit: number;
  /** `h2_7`, or the name of the input or output. */
  readonly name: string;
  /** Value at the row (original units for inputs and outputs); NaN without a row. */
  readonly activity: number;
  /** 0 … 1 within the layer, for the fill. */
  readonly brightness: number;
  readonly active: boolean;
  /** Part of the chosen slope (of the forecast itself without a chosen input: gradient × activity) that goes through it, in the slope's unit; NaN without a row. */
  readonly part: number;
  /** |part| ÷ Σ|part| of its layer. */
  readonly share: number;
  readonly bias: number;
}

/** A line of the picture: between units of neighbouring layers. */
export interface PictureEdge {
  /** Number of the layer it comes from, and places in that layer's and the next layer's `units`. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** |weight| ÷ the largest |weight| between the two layers: what `Show weights above` compares. */
  readonly strength: number;
  /** The strongest weight into or out of one of its units: drawn whatever the slider says. */
  readonly keep: boolean;
}
