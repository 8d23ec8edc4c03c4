/** The version of package.json, put in by the build. */
declare const SLOPESCOPE_VERSION: string;
