/** What a log breaks of the schema of SARIF 2.1.0; empty when it is valid. */
export function sarifFaults(log: unknown): readonly string[];
/** What a text breaks of the schema of JUnit's XML that Jenkins publishes; empty when it is valid. */
export function junitFaults(xml: string): Promise<readonly string[]>;
