using System.CommandLine;
using System.CommandLine.Parsing;

namespace IdentityGrpc.Cli.Input;

/// <summary>Where a command's keys come from: its arguments, or a file.</summary>
/// <param name="argument">The keys as arguments.</param>
/// <param name="kind">How keys are read.</param>
/// <param name="openInput">Opens standard input.</param>
internal sealed class KeySource<TKey>(Argument<string[]> argument, IKeyKind<TKey> kind, Func<Stream> openInput)
{
    private const string StandardInput = "-";

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = $"CSV in UTF-8 with a header of {kind.Columns}; or without a header, one a line. - is standard input.",
        HelpName = "FILE",
    };

    /// <summary>Adds argument and option to a command.</summary>
    public void AddTo(Command command)
    {
        argument.Arity = ArgumentArity.ZeroOrMore;
        command.Arguments.Add(argument);
        command.Options.Add(_file);
        command.Validators.Add(Check);
    }

    /// <summary>Whether the keys come from a file, whose line numbers people want to see.</summary>
    public bool IsFile(ParseResult parsed) => parsed.GetValue(_file) is not null;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="IdctlException">The file cannot be opened or read, or an argument is meant as an option.</exception>
    public IAsyncEnumerable<InputLine<TKey>> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_file) is not { } file)
        {
            RefuseUnknownOptions(parsed);
            return parsed.GetRequiredValue(argument).Select((text, index) => new InputLine<TKey>(index + 1, text, kind.Read(text))).ToAsyncEnumerable();
        }
        return file == StandardInput
            ? new LineFile<TKey>("standard input", kind).ReadAsync(openInput(), cancellation)
            : new LineFile<TKey>(file, kind).ReadAsync(Open(file), cancellation);
    }

    /// <summary>How many lines there are, a header counted; null where only reading would tell.</summary>
    public long? Count(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is not { } file) return parsed.GetRequiredValue(argument).Length;
        // A pipe has no length, and opening one twice would take it from the reader.
        if (file == StandardInput || new FileInfo(file) is not { Exists: true, Length: > 0 }) return null;
        using var stream = Open(file);
        Span<byte> block = new byte[1 << 16];
        long lines = 0;
        byte last = (byte)'\n';
        for (int read; (read = stream.Read(block)) > 0;)
        {
            lines += block[..read].Count((byte)'\n');
            last = block[read - 1];
        }
        return last == '\n' ? lines : lines + 1;
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw IdctlException.BadInput(wrong.Message, wrong);
        }
    }

    /// <summary>A misspelt option must not become a key; after <c>--</c> anything may.</summary>
    private void RefuseUnknownOptions(ParseResult parsed)
    {
        if (parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)) return;
        if (parsed.GetRequiredValue(argument).FirstOrDefault(text => text.StartsWith('-')) is { } option)
        {
            throw IdctlException.BadInput($"there is no option {option}; after -- it is taken as {argument.Name}");
        }
    }

    private void Check(CommandResult result)
    {
        bool keys = result.GetResult(argument) is { Tokens.Count: > 0 }, file = result.GetResult(_file) is not null;
        if (keys == file) result.AddError(file ? $"{argument.Name} and --file cannot both be given." : $"{argument.Name} or --file is needed.");
    }
}
