using Spectre.Console;

namespace IdentityGrpc.Cli.Output;

/// <summary>How a row went, for its colour.</summary>
internal enum Outcome
{
    /// <summary>All that was asked for is there.</summary>
    Good,

    /// <summary>Something is withheld.</summary>
    Partial,

    /// <summary>There is no answer.</summary>
    None,
}

/// <summary>The colours of outcomes.</summary>
internal static class OutcomeStyles
{
    /// <summary>The style of a row.</summary>
    public static Style Style(this Outcome outcome) => outcome switch
    {
        Outcome.Good => new(Color.Green),
        Outcome.Partial => new(Color.Yellow),
        _ => new(Color.Red),
    };
}
