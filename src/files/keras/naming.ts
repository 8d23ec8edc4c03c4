/** Name of a layer's group of weights before it is numbered: that of its class in Python, which one layer exports under another name. */
export function groupName(className: string): string {
  return snakeCase(className === 'GroupQueryAttention' ? 'GroupedQueryAttention' : className);
}

/**
 * A class name as Keras turns it into the name of a group of weights: `PReLU` gives `p_re_lu`, `Conv1D` gives `conv1d`
 * (keras.src.utils.naming).
 */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
