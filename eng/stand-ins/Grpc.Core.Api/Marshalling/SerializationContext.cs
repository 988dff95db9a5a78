using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a message is written: as one array, or piecewise into a buffer.</summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces how long the message will be, so that a fitting buffer can be taken.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>Ends a message that went into the buffer.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
