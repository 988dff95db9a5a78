namespace Grpc.Core;

/// <summary>Hints for the messages that are written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More follows: the message may wait for it.</summary>
    BufferHint = 0x1,

    /// <summary>The message goes out uncompressed, whatever the call's compression.</summary>
    NoCompress = 0x2,
}

/// <summary>How messages are written from here on.</summary>
public class WriteOptions(WriteFlags flags = default)
{
    public static readonly WriteOptions Default = new();

    public WriteFlags Flags { get; } = flags;
}
