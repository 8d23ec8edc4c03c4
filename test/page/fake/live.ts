import type { Answer, Answering, Asked } from '../../../src/ask';
import type { PageService } from '../../../webview/questions';
import { storedAsker } from '../../../webview/storedReport';
import { fakeService } from './service';
import type { FakeHost } from './service';

declare global {
  interface Window {
    /** Asks a real session outside the page; question and answer are texts. */
    askLive: (name: string, request: string) => Promise<string>;
  }
}

/** A host whose session is a real one, outside the page; what VS Code would do is invented as ever. */
export function liveService(host: FakeHost): Answering<PageService> {
  return {
    ...fakeService(host),
    state: asked('state'),
    describe: asked('describe'),
    data: asked('data'),
    lanes: asked('lanes'),
    map: asked('map'),
    row: asked('row'),
    tableRows: asked('tableRows'),
    findings: asked('findings'),
    fromFileAlone: asked('fromFileAlone'),
    input: asked('input'),
    pairs: asked('pairs'),
    surface: asked('surface'),
    whatIf: asked('whatIf'),
    networkPicture: asked('networkPicture'),
    formula: asked('formula'),
    range: asked('range'),
    compare: asked('compare'),
    compareWhatIf: asked('compareWhatIf'),
    tablesThatFit: () => [],
  };
}

function asked<K extends keyof PageService>(
  name: K,
): (...request: Asked<PageService, K>) => Promise<Answer<PageService, K>> {
  return async (...request) => {
    // A question without a request is asked with nothing, which JSON cannot say.
    const text = JSON.stringify(request.slice(0, 1));
    return storedAsker(await window.askLive(name, text)).call(name, ...request);
  };
}
