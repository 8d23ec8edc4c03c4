import { refusal, refuse } from '../../refuse';
import type { TorchArchive } from '../archives';
import { maxJsonBytes } from '../../limits';
import { parseScript } from './parser';
import type { ClassText, CodeFile, FunctionText } from './syntax';
import { ScriptSyntaxError } from './tokens';

/** The text of an archive's `code` folder; a file is read when something of it is asked for. */
export class CodeLibrary {
  private readonly archive: TorchArchive;
  private readonly files = new Map<string, CodeFile | undefined>();

  constructor(archive: TorchArchive) {
    this.archive = archive;
  }

  /** The class of a qualified name: `__torch__.torch.nn.modules.linear.Linear`. */
  classText(qualified: string): ClassText | undefined {
    const [module, name] = split(qualified);
    return this.file(module)?.classes.get(name);
  }

  /** The function of a qualified name: `__torch__.torch.nn.functional.relu`. */
  functionText(qualified: string): FunctionText | undefined {
    const [module, name] = split(qualified);
    return this.file(module)?.functions.get(name);
  }

  private file(module: string): CodeFile | undefined {
    if (this.files.has(module)) return this.files.get(module);
    const path = `code/${module.replaceAll('.', '/')}.py`;
    const entry = this.archive.entries.get(this.archive.stem + path);
    const parsed = entry && this.parse(path, new TextDecoder().decode(entry.read(maxJsonBytes)));
    this.files.set(module, parsed);
    return parsed;
  }

  private parse(path: string, text: string): CodeFile {
    try {
      return parseScript(text);
    } catch (error) {
      if (!(error instanceof ScriptSyntaxError)) throw error;
      throw refusal(this.archive.file, {
        code: 'torchscript-syntax',
        message: `${path} in ${this.archive.file}, line ${error.line}, is no TorchScript that Slopescope can read: ${error.message}.`,
        remedy: 'Save the model again with torch.jit.save, or export it with torch.onnx.export.',
        part: path,
      });
    }
  }
}

function split(qualified: string): readonly [string, string] {
  const at = qualified.lastIndexOf('.');
  return [qualified.slice(0, at), qualified.slice(at + 1)];
}

/** Refuses a model whose code names something that is not in the archive. */
export function refuseMissing(file: string, name: string): never {
  refuse(file, {
    code: 'torchscript-missing',
    message: `${file} uses ${name}, which is not in the file.`,
    remedy: 'Save the model again with torch.jit.save.',
    part: name,
  });
}
