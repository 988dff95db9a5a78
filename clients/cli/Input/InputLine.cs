namespace IdentityGrpc.Cli.Input;

/// <summary>One key to ask for, as it was given.</summary>
/// <param name="Number">The line of the file where it begins, from 1 and with the header counted; of arguments, the position.</param>
/// <param name="Text">The key as given, without any change.</param>
/// <param name="Key">The key as it is sent.</param>
internal readonly record struct InputLine<TKey>(long Number, string Text, TKey Key);
