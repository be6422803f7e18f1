declare module "parse-prometheus-text-format" {
  interface Family {
    readonly name: string;
    readonly metrics: readonly { readonly value: string; readonly labels?: Readonly<Record<string, string>> }[];
  }
  /** Throws where the text is not in the text format of Prometheus. */
  export default function parsePrometheusTextFormat(text: string): Family[];
}
