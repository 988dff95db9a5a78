namespace IdentityGrpc.Sandbox.Events;

/// <summary>An event on its way: the body as it is sent, and how often it was tried.</summary>
internal sealed class OutgoingEvent(byte[] body)
{
    public byte[] Body => body;

    public int Attempts { get; set; }

    /// <summary>The headers of the first attempt, for resends byte for byte (U33).</summary>
    public SignedHeaders? FirstHeaders { get; set; }
}
