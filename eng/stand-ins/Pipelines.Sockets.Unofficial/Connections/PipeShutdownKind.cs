namespace Pipelines.Sockets.Unofficial;

/// <summary>Why a connection stopped; the first reason wins. The numbers are part of the contract.</summary>
public enum PipeShutdownKind
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>This side closed it.</summary>
    Disposed = 1,

    /// <summary>The other side closed it.</summary>
    ReadEndOfStream = 100,

    ReadError = 101,

    WriteError = 201,

    /// <summary>The protocol above ended the conversation.</summary>
    ProtocolExitClient = 400,
}
