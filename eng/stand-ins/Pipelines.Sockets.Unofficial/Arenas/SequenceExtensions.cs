namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Makes a result of one element.</summary>
public delegate TTo Projection<TFrom, TTo>(in TFrom value);

/// <summary>Makes a result of one element and something that all of them share.</summary>
public delegate TTo Projection<TFrom, TState, TTo>(in TFrom value, in TState state);

/// <summary>Copies runs of elements out of their arena.</summary>
public static class SequenceExtensions
{
    public static void CopyTo<TFrom, TTo>(
        this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        var from = source.FirstSpan;
        destination = destination[..from.Length];
        for (var i = 0; i < from.Length; i++)
        {
            destination[i] = projection(in from[i]);
        }
    }

    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        source.CopyTo(result, projection);
        return result;
    }

    public static TTo[] ToArray<TFrom, TState, TTo>(
        this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection, in TState state)
    {
        if (source.IsEmpty)
        {
            return [];
        }

        var from = source.FirstSpan;
        var result = new TTo[from.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = projection(in from[i], in state);
        }

        return result;
    }
}
