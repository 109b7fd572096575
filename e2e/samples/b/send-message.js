// In Client Messages component
const sendMessage = async (e) => {
  e.preventDefault();
  
  // Auto-create conversation if needed
  if (!conversation?.id) {
    const createResponse = await api.post('/messages/conversations', {}, {
      headers: { Authorization: `Bearer ${customerToken}` }
    });
    // Then send message...
  }
  
  // Send via Socket.IO
  socket.emit('send_message', {
    conversationId: conversation.id,
    message: newMessage,
    senderId: customer._id,
    senderName: customer.name
  });
};
