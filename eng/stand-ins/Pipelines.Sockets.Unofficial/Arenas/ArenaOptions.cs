namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Accepted for compatibility; this arena has one strategy only.</summary>
[Flags]
public enum ArenaFlags
{
    None = 0,
}

/// <summary>Options of an arena; only <see cref="BlockSize"/> is honoured.</summary>
public sealed class ArenaOptions(
    ArenaFlags flags = ArenaFlags.None, int blockSize = 0, Func<long, long, long>? retentionPolicy = null)
{
    public ArenaFlags Flags { get; } = flags;

    /// <summary>Elements in the first block; zero is the default.</summary>
    public int BlockSize { get; } = blockSize;

    public Func<long, long, long>? RetentionPolicy { get; } = retentionPolicy;
}
