using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;
using Question = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace IdentityGrpc.Server.Operations;

/// <summary><c>grpc.reflection.v1</c>, so that grpcurl and buf curl need no proto files.</summary>
internal sealed class ReflectionService(ReflectionIndex index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        var sent = new HashSet<string>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(Answer(request, sent), context.CancellationToken);
        }
    }

    /// <summary>Answers one request; files that <paramref name="sent"/> names were carried by this stream before and are left out, as the protocol allows.</summary>
    internal ServerReflectionResponse Answer(ServerReflectionRequest request, HashSet<string> sent)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        var extension = request.FileContainingExtension;
        switch (request.MessageRequestCase)
        {
            case Question.ListServices:
                response.ListServicesResponse = new() { Service = { index.Services.Select(s => new ServiceResponse { Name = s }) } };
                break;
            case Question.FileByFilename:
                SetFiles(response, index.ByName(request.FileByFilename), $"file {request.FileByFilename}", sent);
                break;
            case Question.FileContainingSymbol:
                SetFiles(response, index.BySymbol(request.FileContainingSymbol), $"symbol {request.FileContainingSymbol}", sent);
                break;
            case Question.FileContainingExtension:
                SetFiles(response, index.ByExtension(extension.ContainingType, extension.ExtensionNumber),
                    $"extension {extension.ContainingType} {extension.ExtensionNumber}", sent);
                break;
            case Question.AllExtensionNumbersOfType when index.ExtensionNumbers(request.AllExtensionNumbersOfType) is { } numbers:
                response.AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType, ExtensionNumber = { numbers } };
                break;
            case Question.AllExtensionNumbersOfType:
                response.ErrorResponse = Error(StatusCode.NotFound, $"There is no message {request.AllExtensionNumbersOfType}.");
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "message_request is not set.");
                break;
        }
        return response;
    }

    private static void SetFiles(ServerReflectionResponse response, FileDescriptor? file, string wanted, HashSet<string> sent)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"There is no {wanted}.");
            return;
        }
        response.FileDescriptorResponse = new() { FileDescriptorProto = { file.SerializedData } };
        sent.Add(file.Name);
        AddDependencies(file, response.FileDescriptorResponse, sent);
    }

    private static void AddDependencies(FileDescriptor file, FileDescriptorResponse files, HashSet<string> sent)
    {
        foreach (var dependency in file.Dependencies.Where(d => sent.Add(d.Name)))
        {
            files.FileDescriptorProto.Add(dependency.SerializedData);
            AddDependencies(dependency, files, sent);
        }
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };
}

/// <summary><c>grpc.reflection.v1alpha</c>: the same messages on the wire under an older package name.</summary>
internal sealed class ReflectionAlphaService(ReflectionService v1) : Alpha.ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream,
        IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        var sent = new HashSet<string>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var answer = v1.Answer(ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()), sent);
            await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()), context.CancellationToken);
        }
    }
}
